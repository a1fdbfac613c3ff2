# syntax=docker/dockerfile:1

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel
RUN CGO_ENABLED=0 go build -trimpath \
      -ldflags "-s -w -X github.com/contactsync/contactsync/cmd/internal/cli.version=${VERSION}" \
      -o /out/contactsync ./cmd/contactsync && \
    mkdir -p /out/data

# Distroless: certificates, time zones, a user, nothing else. No shell, no package manager.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/contactsync /usr/local/bin/contactsync
# One folder holds all that must outlive the container: the ledger and the reports. The root file system may be
# read-only; standard input is spooled into the same folder.
COPY --from=build --chown=65532:65532 /out/data /data
ENV CONTACTSYNC_STATE=/data/ledger.db \
    CONTACTSYNC_REPORT_DIR=/data/report \
    CONTACTSYNC_LOG_FORMAT=json \
    TMPDIR=/data
VOLUME /data
WORKDIR /data
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/contactsync"]
CMD ["--help"]
