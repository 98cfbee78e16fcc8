# syntax=docker/dockerfile:1
# What is built here is copied, without tools, into an image whose root is never written to:
# everything that is kept goes to /data, everything else to /tmp.

FROM python:3.11.14-slim-bookworm AS build
ENV UV_PROJECT_ENVIRONMENT=/opt/sixface UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv==0.9.11
WORKDIR /src
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --no-install-project --extra provenance --extra dossier --extra notary --extra oidc
COPY evidence evidence
COPY claims claims
COPY storage storage
COPY api api
COPY samples samples
RUN uv sync --locked --no-dev --no-editable --extra provenance --extra dossier --extra notary --extra oidc

FROM python:3.11.14-slim-bookworm
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin sixface \
    && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /opt/sixface /opt/sixface
ENV PATH=/opt/sixface/bin:$PATH PYTHONDONTWRITEBYTECODE=1 SIXFACE_DATA=/data SIXFACE_HOST=0.0.0.0
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["sixface"]
CMD ["serve"]
