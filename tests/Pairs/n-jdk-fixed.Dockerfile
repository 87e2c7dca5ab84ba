FROM localhost/corpus/base-slim AS build
RUN mkdir -p /usr/share/man/man1 && apt-get update && apt-get install -y --no-install-recommends openjdk-17-jdk-headless && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/app
COPY Hello.java .
RUN javac -d . Hello.java && rm Hello.java && java Hello
FROM localhost/corpus/base-slim
RUN mkdir -p /usr/share/man/man1 && apt-get update && apt-get install -y --no-install-recommends openjdk-17-jre-headless && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/app
COPY --from=build /srv/app /srv/app
CMD ["java","Hello"]
