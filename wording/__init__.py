"""The words of the service: which texts are marked for translation, their catalogue, and whether they are plain."""
