"""The import and export engine of the exchange format. Sheets are declared in `<app>/feuilles.py`."""
