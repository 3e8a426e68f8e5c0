"""Runs the statements of a plan in Spark SQL on a local cluster of two workers.

python run_plan.py JOB.json, where JOB = {"tables": {name: parquet}, "statements": [sql], "results": {relation: folder},
"warehouse": folder}. Prints seconds and the number of workers as one JSON line.
"""

import json
import os
import sys
import time

import pyspark
from pyspark.sql import SparkSession

with open(sys.argv[1], encoding="utf-8") as file:
    job = json.load(file)
os.environ["SPARK_HOME"] = os.path.dirname(pyspark.__file__)
os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
spark = (
    SparkSession.builder.master("local-cluster[2,1,1024]")
    .config("spark.sql.warehouse.dir", job["warehouse"])
    .config("spark.ui.enabled", "false")
    .config("spark.ui.showConsoleProgress", "false")
    .config("spark.sql.shuffle.partitions", "4")
    .config("spark.sql.session.timeZone", "UTC")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
for name, path in job["tables"].items():
    spark.read.parquet(path).createOrReplaceTempView(name)
started = time.time()
slowest = []
for statement in job["statements"]:
    begun = time.time()
    try:
        spark.sql(statement)
    except Exception:
        print(statement[:2000], file=sys.stderr)
        raise
    slowest.append((round(time.time() - begun, 1), statement[:60]))
seconds = time.time() - started
for relation, folder in job["results"].items():
    spark.table(relation).write.mode("overwrite").parquet(folder)
workers = spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
print(json.dumps({"seconds": seconds, "workers": workers, "version": spark.version, "slowest": sorted(slowest)[-5:]}))
spark.stop()
