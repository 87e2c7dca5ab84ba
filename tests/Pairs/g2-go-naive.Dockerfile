# context: cservice    least: probable    the compiler stays; the same base
FROM localhost/corpus/base-slim
RUN apt-get update && apt-get install -y --no-install-recommends golang-go ca-certificates && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY server.go .
RUN go build -o /usr/local/bin/server server.go
ENTRYPOINT ["server"]
