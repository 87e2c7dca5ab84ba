FROM localhost/corpus/base-slim AS build
RUN apt-get update && apt-get install -y build-essential libcurl4-openssl-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /usr/src/fetch
COPY . .
RUN make && make install
FROM localhost/corpus/base-slim
RUN apt-get update && apt-get install -y --no-install-recommends libcurl4 && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/fetch /usr/local/bin/fetch
ENTRYPOINT ["fetch"]
