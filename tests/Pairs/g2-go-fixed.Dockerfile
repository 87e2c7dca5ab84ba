FROM localhost/corpus/base-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends golang-go ca-certificates && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY server.go .
RUN go build -o /usr/local/bin/server server.go
FROM localhost/corpus/base-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/server /usr/local/bin/server
ENTRYPOINT ["server"]
