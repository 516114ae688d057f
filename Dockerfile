# docker build --tag rulecheck .
# docker run --rm --volume "$PWD:/work:ro" rulecheck verify
FROM docker.io/library/rust:1-alpine AS build
RUN apk add --no-cache musl-dev gcc
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY benches benches
COPY src src
RUN cargo build --release --locked --bin rulecheck \
    && strip target/release/rulecheck

FROM scratch
COPY --from=build /build/target/release/rulecheck /usr/bin/rulecheck
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["/usr/bin/rulecheck"]
CMD ["verify"]
