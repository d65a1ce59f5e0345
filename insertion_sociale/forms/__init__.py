"""Forms of the pole insertion sociale, a module for each noun."""
