# context: fetch    least: probable    a JDK where a JRE would do
FROM localhost/corpus/base-slim
RUN mkdir -p /usr/share/man/man1 && apt-get update && apt-get install -y --no-install-recommends openjdk-17-jdk-headless && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/app
COPY Hello.java .
RUN javac -d . Hello.java && rm Hello.java && java Hello
CMD ["java","Hello"]
