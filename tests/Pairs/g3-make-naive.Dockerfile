# context: fetch    least: probable    compiler, headers and sources stay; the program needs a library that only the headers' package brought
FROM localhost/corpus/base-slim
RUN apt-get update && apt-get install -y build-essential libcurl4-openssl-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /usr/src/fetch
COPY . .
RUN make && make install
ENTRYPOINT ["fetch"]
