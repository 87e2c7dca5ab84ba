# context: blobs    least: safe    lists, a temporary file and a chmod, each in a RUN of its own
FROM localhost/corpus/base-slim
RUN apt-get update && apt-get install -y --no-install-recommends less
COPY model /opt/model
RUN head -c 9000000 /dev/urandom > /tmp/download
RUN rm /tmp/download && rm -rf /var/lib/apt/lists/* && chmod -R a+x /opt/model
CMD ["less"]
