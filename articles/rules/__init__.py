"""What the paper does: one verb, one home. Every change of state checks, acts and logs at once."""
