# syntax=docker/dockerfile:1

# What the image begins with. A release gives it by its digest, and labels the image with that (.github/base-image).
ARG BASE=gcr.io/distroless/static-debian12:nonroot
# Where the program comes from: one of the next two stages.
ARG PROGRAM=built

# Built from this folder, on the machine's own platform for the image's.
FROM --platform=$BUILDPLATFORM golang:1.26 AS built
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel
ARG TARGETOS
ARG TARGETARCH
ENV GOOS=$TARGETOS GOARCH=$TARGETARCH
RUN CGO_ENABLED=0 go build -trimpath \
      -ldflags "-s -w -buildid= -X github.com/contactsync/contactsync/cmd/internal/cli.version=${VERSION}" \
      -o /out/contactsync ./cmd/contactsync
WORKDIR /out/data

# The one of the release's archives, from a folder that has it for each platform: linux/amd64/contactsync and so on.
FROM scratch AS released
ARG TARGETPLATFORM
COPY $TARGETPLATFORM/contactsync /out/contactsync
WORKDIR /out/data

FROM $PROGRAM AS program

# Distroless: certificates, time zones, a user, nothing else. No shell, no package manager.
FROM $BASE
LABEL org.opencontainers.image.title="contactsync" \
      org.opencontainers.image.description="Puts contacts from CSV files and CRM exports into the emnify IoT platform" \
      org.opencontainers.image.url="https://github.com/contactsync/contactsync" \
      org.opencontainers.image.source="https://github.com/contactsync/contactsync" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=program /out/contactsync /usr/local/bin/contactsync
# One folder holds all that must outlive the container: the ledger and the reports. The root file system may be
# read-only; standard input is spooled into the same folder.
COPY --from=program --chown=65532:65532 /out/data /data
ENV CONTACTSYNC_STATE=/data/ledger.db \
    CONTACTSYNC_REPORT_DIR=/data/report \
    CONTACTSYNC_LOG_FORMAT=json \
    TMPDIR=/data
VOLUME /data
WORKDIR /data
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/contactsync"]
CMD ["--help"]
