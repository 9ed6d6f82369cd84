# syntax=docker/dockerfile:1
# The command `souk` in a small image, run by a user without rights.

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends build-essential \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN scripts/build release /image

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates curl \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --user-group --no-create-home souk \
 && install -d -o souk -g souk -m 0700 /var/lib/souk
COPY --from=build /image/souk /usr/local/bin/souk
USER souk
ENV SOUK_DATA_DIR=/var/lib/souk
VOLUME /var/lib/souk
EXPOSE 4000
ENTRYPOINT ["souk"]
CMD ["serve"]
