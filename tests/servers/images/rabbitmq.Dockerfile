# RabbitMQ of Debian, started as the usual image is: for machines that reach no image registry.
ARG BASE=debian:bookworm-slim
FROM ${BASE}
RUN printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d \
    && apt-get update && apt-get install -y --no-install-recommends rabbitmq-server \
    && rm -rf /var/lib/apt/lists/*
RUN echo 'listeners.tcp.default = 5672' > /etc/rabbitmq/rabbitmq.conf \
    && echo '[rabbitmq_management].' > /etc/rabbitmq/enabled_plugins \
    && echo 'NODENAME=rabbit@localhost' > /etc/rabbitmq/rabbitmq-env.conf
ENV HOME=/var/lib/rabbitmq PATH=/usr/lib/rabbitmq/bin:/usr/sbin:/usr/bin:/sbin:/bin RABBITMQ_LOGS=-
EXPOSE 5672 15672
VOLUME /var/lib/rabbitmq
USER rabbitmq
CMD ["rabbitmq-server"]
