# Lianban's worker, web application and command line; PostgreSQL and Temporal are other containers or elsewhere.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN useradd --system --uid 10001 --create-home lianban \
 && install --directory --owner lianban --mode 0750 /attachments
WORKDIR /srv/lianban

# Exactly what the lock pins, as in the Makefile. A layer of its own: the lock changes seldom.
COPY requirements.lock ./
RUN python -m pip install --require-hashes -r requirements.lock

COPY pyproject.toml worker.py ./
COPY domain/ domain/
COPY workflows/ workflows/
COPY activities/ activities/
COPY ledger/ ledger/
COPY starter/ starter/
COPY web/ web/
COPY audit/ audit/
COPY runtime/ runtime/
COPY policies/ policies/
COPY calendars/ calendars/
COPY samples/ samples/
# Editable, because policies and samples are found beside the code.
RUN python -m pip install --no-deps --no-build-isolation -e . \
 && python -m compileall -q -j 0 .

USER lianban
CMD ["python", "-m", "worker"]
