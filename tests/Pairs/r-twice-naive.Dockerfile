# context: blobs    least: safe    two installs and a removal in RUNs of their own; chmod and chown of what was copied
FROM localhost/corpus/base-slim
RUN apt-get update
RUN apt-get install -y --no-install-recommends python3-minimal
RUN apt-get install -y --no-install-recommends gcc
RUN apt-get purge -y --auto-remove gcc && apt-get clean && rm -rf /var/lib/apt/lists/*
COPY model /opt/model
RUN chmod -R u+x,go-w /opt/model && chown -R 1000:1000 /opt/model
CMD ["python3"]
