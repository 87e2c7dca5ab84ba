# Words that need quotes, files from another stage, owners and modes set afterwards
FROM localhost/corpus/base-slim AS build
RUN mkdir -p /out/lib && yes lib | head -c 3000000 > /out/lib/lib.so && echo 'echo tool' > /out/tool
FROM localhost/corpus/base-slim
ENV GREETING="hello  big world" PRICE='$5' PATH=/opt/app/bin:$PATH
ENV NOTE say "this" to him
LABEL org.example.title="an \"app\"" org.example.text='two words'
COPY --from=build /out/lib/ /opt/app/lib/
COPY --from=build /out/tool /opt/app/bin/
COPY start.sh /usr/local/bin/
COPY conf /etc/app/conf/
RUN chmod +x /usr/local/bin/start.sh /opt/app/bin/tool && chmod -R 0644 /opt/app/lib/lib.so
RUN groupadd --gid 900 app && useradd --uid 900 --gid app app
RUN chown -R app:app /etc/app/conf
WORKDIR opt
WORKDIR app
VOLUME ["/data", "/my data"]
EXPOSE 8080 53/udp
STOPSIGNAL SIGINT
HEALTHCHECK --interval=30s --retries=2 CMD test -s /etc/app/conf/app.conf || exit 1
USER app:app
ENTRYPOINT ["start.sh"]
CMD tool --say "hello world"
