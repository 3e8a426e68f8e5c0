"""Splink on the normalised pair: python link.py DIR

Reads left.parquet and right.parquet of DIR, writes splink.csv (left_id,right_id,probability: the best pair of each right
row). Levels are those that ours has for the same columns; blocking and training follow Splink's own examples. Prints
{train, predict, total, pairs} in seconds as one JSON line.
"""

import json
import sys
import time

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

folder = sys.argv[1]
start = time.perf_counter()
connection = duckdb.connect()
connection.execute("SET threads = 2")
connection.execute(f"SET temp_directory = '{folder}/spill'")



def level(sql, label, column=None):
    made = {"sql_condition": sql, "label_for_charts": label}
    if column:
        made["tf_adjustment_column"] = column
        made["tf_adjustment_weight"] = 1.0
    return made


def comparison(column, levels):
    null = {"sql_condition": f'"{column}_l" IS NULL OR "{column}_r" IS NULL', "label_for_charts": "null", "is_null_level": True}
    other = {"sql_condition": "ELSE", "label_for_charts": "other"}
    return {"output_column_name": column, "comparison_levels": [null, *levels, other]}


name = comparison(
    "name",
    [
        level("name_l = name_r", "exact", "name"),
        level("sound_l = sound_r", "same sound", "sound"),
        level("jaro_winkler_similarity(sound_l, sound_r) >= 0.92", "near sound"),
        level("given_l = given_r", "given name only"),
        level("family_l = family_r", "surname only"),
    ],
)
birth = comparison(
    "birth",
    [
        level("birth_l = birth_r", "exact"),
        level("birth_lunar_l = birth_r", "lunar"),
        level("birth_r LIKE '%0101' AND birth_l[:4] = birth_r[:4]", "first of January"),
        level("damerau_levenshtein(birth_l, birth_r) = 1", "one slip"),
        level("birth_l[:4] = birth_r[:4]", "year"),
        level("abs(birth_l[:4]::INTEGER - birth_r[:4]::INTEGER) <= 2", "two years"),
    ],
)
phone = comparison(
    "phone",
    [level("phone_l = phone_r", "exact"), level("damerau_levenshtein(phone_l, phone_r) = 1", "one slip")],
)
place = comparison(
    "region",
    [
        level("address_l = address_r AND region_l[:6] = region_r[:6]", "address"),
        level("region_l = region_r", "village"),
        level("region_l[:9] = region_r[:9]", "township"),
        level("region_l[:6] = region_r[:6]", "county"),
    ],
)
sex = comparison("sex", [level("sex_l = sex_r", "same")])

settings = SettingsCreator(
    link_type="link_only",
    comparisons=[name, birth, phone, place, sex],
    blocking_rules_to_generate_predictions=[
        block_on("phone"),
        block_on("name", "birth"),
        block_on("sound", "birth"),
        block_on("birth", "region"),
        block_on("name", "substr(birth, 1, 6)"),
        block_on("sound", "region", "substr(birth, 1, 4)"),
        block_on("family", "address"),
        block_on("birth", "family"),
        block_on("address", "substr(birth, 1, 4)"),
        block_on("name", "region"),
    ],
    retain_intermediate_calculation_columns=False,
    retain_matching_columns=False,
)
for side in ("left", "right"):
    connection.execute(f"CREATE TABLE {side}_rows AS SELECT * FROM '{folder}/{side}.parquet'")
linker = Linker(
    ["left_rows", "right_rows"],
    settings,
    db_api=DuckDBAPI(connection=connection),
    input_table_aliases=["left", "right"],
)
linker.training.estimate_probability_two_random_records_match(
    [block_on("name", "birth"), block_on("phone", "birth"), block_on("sound", "birth", "region")], recall=0.9
)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
for rule in (block_on("name", "birth"), block_on("phone"), block_on("birth", "region")):
    linker.training.estimate_parameters_using_expectation_maximisation(rule)
trained = time.perf_counter()
pairs = linker.inference.predict(threshold_match_probability=0.1)
table = pairs.physical_name
connection.execute(
    f"""COPY (SELECT unique_id_l AS left_id, unique_id_r AS right_id, match_probability AS probability FROM {table}
    QUALIFY row_number() OVER (PARTITION BY unique_id_r ORDER BY match_weight DESC) = 1
      AND row_number() OVER (PARTITION BY unique_id_l ORDER BY match_weight DESC) = 1)
    TO '{folder}/splink.csv' (HEADER)"""
)
end = time.perf_counter()
count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
print(json.dumps({"train": trained - start, "predict": end - trained, "total": end - start, "pairs": count}))
