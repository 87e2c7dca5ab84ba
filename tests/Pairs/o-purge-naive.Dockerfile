# context: fetch    least: safe    a compiler is installed, used and purged in three RUNs
FROM localhost/corpus/base-slim
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && apt-get clean && rm -rf /var/lib/apt/lists/*
RUN echo 'int main(void) { return 0; }' > /tmp/a.c && gcc -o /usr/local/bin/a /tmp/a.c && rm /tmp/a.c
RUN apt-get purge -y --auto-remove gcc libc6-dev
CMD ["a"]
