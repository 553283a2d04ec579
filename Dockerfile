# docker build -t thidua .
# docker run -p 8080:8080 -v thidua-data:/data thidua

FROM rust:1-bookworm AS build
# cc, for the bundled SQLite and libpq, is in the base image.
RUN apt-get update \
    && apt-get install -y --no-install-recommends pkg-config libssl-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --release --locked -p thidua

FROM debian:bookworm-slim
# libssl3 for the bundled libpq, ca-certificates to check a database server's certificate.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3 \
    && rm -rf /var/lib/apt/lists/*
# Numbers, not only names: a folder mounted at /data from the host must belong to 10001.
RUN groupadd --gid 10001 thidua \
    && useradd --uid 10001 --gid thidua --home-dir /data --no-create-home --shell /usr/sbin/nologin thidua \
    && install -d -o thidua -g thidua -m 0750 /data
COPY --from=build /src/target/release/thidua /usr/local/bin/thidua
# A library missing from this image fails the build, not the first start.
RUN libraries="$(ldd /usr/local/bin/thidua)" \
    && case "$libraries" in *"not found"*) echo "$libraries" >&2; exit 1 ;; esac
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
# No HEALTHCHECK: the address is the caller's to choose, see docker-compose.yml for one.
ENV THIDUA_MASTER_KEY_FILE=/data/thidua.key
ENTRYPOINT ["thidua"]
CMD ["serve", "--bind", "0.0.0.0:8080", "--database-url", "sqlite:/data/thidua.db"]
