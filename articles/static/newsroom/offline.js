// Asks the browser to keep the issue that was opened, for reading without a connection, and to look
// what became of it once there is a connection again (sw.js does it). Every page works without this.
(() => {
  "use strict";
  if (!("serviceWorker" in navigator) || location.pathname.startsWith("/admin/")) return;
  const issue = /^\/[\w-]+\/\d{4}-\d{2}-\d{2}\/$/.test(location.pathname);
  navigator.serviceWorker
    .register("/sw.js", { scope: "/" })
    .then(() => navigator.serviceWorker.ready)
    .then((registration) => {
      if (issue && navigator.onLine && !navigator.connection?.saveData && registration.active) {
        registration.active.postMessage({ what: "keep", issue: location.pathname });
      }
    })
    .catch(() => {}); // a browser that keeps nothing still reads everything
  addEventListener("online", () => navigator.serviceWorker.controller?.postMessage({ what: "look" }));
})();
