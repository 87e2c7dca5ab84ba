FROM localhost/corpus/base-slim
RUN apt-get update && apt-get install -y --no-install-recommends python3-minimal && apt-get clean && rm -rf /var/lib/apt/lists/*
COPY --chown=1000:1000 --chmod=755 model /opt/model
CMD ["python3"]
