# syntax=docker/dockerfile:1
# An image of a program with a bundle in it. Credentials come as a secret of the build and stay in no layer:
#   docker build -f with-bundle.Dockerfile --secret id=registry,src=$HOME/.docker/config.json .
FROM ghcr.io/acme/bale:1 AS bundle
# A digest, so that a build can be repeated: `bale show REF` prints it.
ARG BUNDLE=ghcr.io/acme/models/malaria:v3
ARG ROLE=runtime
RUN --mount=type=secret,id=registry,target=/run/secrets/registry.json,uid=1000 \
    BALE_REGISTRY_CONFIG=/run/secrets/registry.json bale ensure --role "${ROLE}" "${BUNDLE}" /bundle

FROM node:20-slim
COPY --from=bundle --chown=root:root /bundle /srv/model
USER 1000:1000
CMD ["node", "-e", "console.log(require('fs').readdirSync('/srv/model'))"]
