# context: blobs    least: probable    a repository is cloned and its history stays
FROM localhost/corpus/base-slim
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
COPY model /opt/model
RUN git init -q /tmp/origin && cp -r /opt/model /tmp/origin/ \
    && cd /tmp/origin && git add . && git -c user.name=a -c user.email=a@localhost commit -qm one \
    && git clone -q /tmp/origin /opt/clone && rm -rf /tmp/origin
CMD ["git"]
