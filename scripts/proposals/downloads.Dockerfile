# What one RUN makes, a later one removes, with all sorts of things between
FROM localhost/corpus/base-slim
WORKDIR /src
RUN yes source | head -c 6000000 > a.tar; yes more | head -c 4000000 > /tmp/b.tar
ENV STAGE=two
COPY start.sh /usr/local/bin/start.sh
RUN (cd /src; head -c 100 a.tar > /opt/a) && head -c 100 /tmp/b.tar > /opt/b || exit 3
LABEL made.by="a test"
RUN rm -rf /src /tmp/b.tar
WORKDIR /
RUN apt-get update && apt-get install -y --no-install-recommends less
RUN apt-get update && apt-get install -y --no-install-recommends bc; rm -rf /var/lib/apt/lists/*
CMD ["bc"]
