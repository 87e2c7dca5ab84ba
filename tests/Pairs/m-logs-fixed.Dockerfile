FROM localhost/corpus/base-slim
RUN apt-get update && apt-get install -y --no-install-recommends less && apt-get clean && rm -rf /var/lib/apt/lists/*
COPY --chmod=755 model /opt/model
CMD ["less"]
