"""Moving in: the association's own workbooks, whatever their names, made into sheets of the exchange format."""
