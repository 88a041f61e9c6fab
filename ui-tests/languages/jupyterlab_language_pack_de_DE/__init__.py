"""An empty language pack: JupyterLab itself stays English, extensions speak German.

The server serves translations of extensions only in languages of which a pack is installed.
"""
