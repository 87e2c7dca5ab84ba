# Long RUNs under set -eux, a shell with options, a build argument
FROM localhost/corpus/base-slim
ARG VERSION=1.2 NAME
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN set -eux; \
    apt-get update; \
    apt-get install -y --no-install-recommends less; \
    echo "$VERSION" | tee /version
RUN set -eux; \
    mkdir -p /opt/tool; \
    yes tool | head -c 7000000 > /opt/tool.src || true; \
    if [ -s /opt/tool.src ]; then head -c 900000 /opt/tool.src > /opt/tool/bin; fi
RUN set -eux; rm /opt/tool.src
RUN cd /opt/tool && export PART=1000 && head -c $PART bin > part
CMD ["less", "/version"]
