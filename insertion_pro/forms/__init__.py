"""Forms of the pole insertion professionnelle, a module for each noun."""
