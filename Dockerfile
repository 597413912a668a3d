# The ledger as a service. Its database is another container: see docker-compose.yml.

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock ./
# Every file is compared with its hash in the lock; nothing else is installed below.
RUN pip download --quiet --no-cache-dir --require-hashes --dest /wheels --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY ledger ledger
COPY api api
COPY docs/verifier.py docs/verifier.py
RUN python -m venv /opt/jiefang \
    && /opt/jiefang/bin/pip install --quiet --no-cache-dir --no-index --find-links /wheels .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --user-group --no-create-home jiefang \
    && install --directory --owner jiefang --group jiefang --mode 0700 /var/lib/jiefang
COPY --from=build /opt/jiefang /opt/jiefang
ENV PATH=/opt/jiefang/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER jiefang
WORKDIR /var/lib/jiefang
VOLUME /var/lib/jiefang
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["jiefang"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
