"""低保, 单人保 and 低保边缘 of the national pack written for OpenFisca, in its fast style.

Formulas are numpy over whole columns; parameters of a household's county are taken from an array by the county's number
(`take`) instead of OpenFisca's indexing of parameter nodes, which is some forty times slower. Money is yuan in OpenFisca's
float. OpenFisca knows no missing facts: the one fact that can be missing here, the declared income, is carried by a
boolean of its own (`income_missing`), and the outcomes 0 ineligible, 1 eligible, 2 undetermined are worked out by hand.
"""

import datetime

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import MONTH
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

HOUSEHOLD = build_entity(
    key="household",
    plural="households",
    label="family",
    roles=[{"key": "member", "plural": "members", "label": "member"}],
)
PERSON = build_entity(key="person", plural="persons", label="person", is_person=True)

# Codes of the texts in the input files; run.py maps them.
CUSTODY = ["none", "prison", "drug_rehabilitation", "community_correction"]
STAGE = ["none", "preschool", "primary", "junior", "senior", "vocational", "college", "bachelor", "master", "doctor"]
MODE = ["none", "full_time", "part_time"]
SCHOOL = ["none", "enrolled", "suspended", "dropped_out", "graduated", "transferred"]
CATEGORY = ["none", "vision", "hearing", "speech", "physical", "intellectual", "mental", "multiple"]
LEVEL = ["none", "1", "2", "3", "4"]
CERTIFICATE = ["none", "valid", "expired", "cancelled", "frozen"]
RESIDENCE = ["rural", "urban"]

# name: (entity, type, codes or None). Money comes as yuan.
INPUTS = {
    "deceased": (PERSON, bool, None),
    "moved_out": (PERSON, bool, None),
    "declared_missing": (PERSON, bool, None),
    "custody": (PERSON, int, CUSTODY),
    "clergy_years_away": (PERSON, int, None),
    "active_service": (PERSON, bool, None),
    "lives_with_family": (PERSON, bool, None),
    "school_status": (PERSON, int, SCHOOL),
    "school_mode": (PERSON, int, MODE),
    "school_stage": (PERSON, int, STAGE),
    "birth_date": (PERSON, datetime.date, None),
    "wage": (PERSON, float, None),
    "pension_employee": (PERSON, float, None),
    "pension_resident": (PERSON, float, None),
    "pension_resident_basic": (PERSON, float, None),
    "unemployment_benefit": (PERSON, float, None),
    "migrant_months": (PERSON, int, None),
    "business_income": (PERSON, float, None),
    "other_income": (PERSON, float, None),
    "unable_to_work": (PERSON, bool, None),
    "employed": (PERSON, bool, None),
    "disability_status": (PERSON, int, CERTIFICATE),
    "disability_expires": (PERSON, datetime.date, None),
    "disability_level": (PERSON, int, LEVEL),
    "disability_category": (PERSON, int, CATEGORY),
    "serious_illness": (PERSON, bool, None),
    "car_value": (PERSON, float, None),
    "company_officer": (PERSON, bool, None),
    "company_capital": (PERSON, float, None),
    "county": (HOUSEHOLD, int, None),
    "residence_kind": (HOUSEHOLD, int, RESIDENCE),
    "outside_members": (HOUSEHOLD, int, None),
    "outside_income": (HOUSEHOLD, float, None),
    "outside_property_ok": (HOUSEHOLD, bool, None),
    "land_area": (HOUSEHOLD, float, None),
    "land_leased": (HOUSEHOLD, float, None),
    "land_rent": (HOUSEHOLD, float, None),
    "obligor_support": (HOUSEHOLD, float, None),
    "transfers_paid": (HOUSEHOLD, float, None),
    "imputed_deduction": (HOUSEHOLD, float, None),
    "income_declared": (HOUSEHOLD, bool, None),
    "declared_other_income": (HOUSEHOLD, float, None),
    "declaration_absent": (HOUSEHOLD, bool, None),
    "dwelling_count": (HOUSEHOLD, int, None),
    "dwelling_area": (HOUSEHOLD, float, None),
    "shop_office_count": (HOUSEHOLD, int, None),
    "financial_assets": (HOUSEHOLD, float, None),
    "business_assets_bar": (HOUSEHOLD, bool, None),
}


def half_up(yuan):
    return np.floor(yuan * 100 + 0.5) / 100


def system(parameters, period_start, period_end):
    """The tax-benefit system; `parameters` maps a parameter's id to an array by county."""
    P = parameters
    ly, lm, ld = (int(x) for x in period_end.split("-"))

    made = {}

    def variable(entity, kind):
        def make(formula):
            def run(population, period):
                return formula(population, period)

            made[formula.__name__] = type(
                formula.__name__,
                (Variable,),
                {"value_type": kind, "entity": entity, "definition_period": MONTH, "formula": run},
            )
            return formula

        return make

    for name, (entity, kind, _) in INPUTS.items():
        made[name] = type(name, (Variable,), {"value_type": kind, "entity": entity, "definition_period": MONTH})

    @variable(PERSON, int)
    def county_of_person(p, t):
        return p.household("county", t)

    @variable(PERSON, int)
    def years_old(p, t):
        born = p("birth_date", t)
        months = born.astype("datetime64[M]")
        years = born.astype("datetime64[Y]")
        month = (months - years.astype("datetime64[M]")).astype(int) + 1
        day = (born - months.astype("datetime64[D]")).astype(int) + 1
        before = month * 100 + day > lm * 100 + ld
        return ly - (years.astype(int) + 1970) - before

    @variable(PERSON, bool)
    def full_time_student(p, t):
        stage = p("school_stage", t)
        return (p("school_status", t) == 1) & (p("school_mode", t) == 1) & (stage != 0) & (stage < 8)

    @variable(PERSON, bool)
    def family_member(p, t):
        county = p("county_of_person", t)
        custody = p("custody", t)
        return (
            ~p("deceased", t)
            & ~p("moved_out", t)
            & ~p("declared_missing", t)
            & (custody != 1)
            & (custody != 2)
            & (p("clergy_years_away", t) < P["family.clergy-years"].take(county))
            & ~(p("active_service", t) & P["family.excludes-soldiers"].take(county))
            & (
                p("lives_with_family", t)
                | p("full_time_student", t)
                | (p("years_old", t) < P["family.adult-age"].take(county))
            )
        )

    @variable(HOUSEHOLD, int)
    def household_size(h, t):
        return h.sum(h.members("family_member", t)) + h("outside_members", t)

    @variable(PERSON, bool)
    def certificate_valid(p, t):
        return (p("disability_status", t) == 1) & (p("disability_expires", t) >= np.datetime64(period_start))

    @variable(PERSON, bool)
    def severe_disability(p, t):
        level = p("disability_level", t)
        return p("certificate_valid", t) & ((level == 1) | (level == 2))

    @variable(PERSON, bool)
    def mental_level3(p, t):
        category = p("disability_category", t)
        return p("certificate_valid", t) & (p("disability_level", t) == 3) & ((category == 5) | (category == 6))

    @variable(PERSON, bool)
    def without_work_ability(p, t):
        return p("severe_disability", t) | p("mental_level3", t) | p("unable_to_work", t)

    @variable(HOUSEHOLD, float)
    def standard(h, t):
        county = h("county", t)
        urban = h("residence_kind", t) == 1
        return np.where(urban, P["subsistence.standard-urban"].take(county), P["subsistence.standard"].take(county))

    @variable(PERSON, float)
    def work_cost(p, t):
        wage = p("wage", t)
        share = P["income.work-cost-share"].take(p("county_of_person", t))
        return np.where(wage > 0, np.minimum(wage, half_up(share * p.household("standard", t))), 0)

    @variable(PERSON, float)
    def migrant_income(p, t):
        return p("migrant_months", t) * P["income.migrant-month"].take(p("county_of_person", t)) / 12

    @variable(PERSON, float)
    def pension_counted(p, t):
        resident = p("pension_resident", t)
        exempt = P["income.basic-pension-exempt"].take(p("county_of_person", t))
        over = np.maximum(resident - p("pension_resident_basic", t), 0)
        return p("pension_employee", t) + np.where(exempt, over, resident)

    @variable(PERSON, float)
    def person_income(p, t):
        return (
            p("wage", t)
            - p("work_cost", t)
            + p("pension_counted", t)
            + p("unemployment_benefit", t)
            + p("migrant_income", t)
            + p("business_income", t)
            + p("other_income", t)
        )

    @variable(PERSON, bool)
    def income_unknown(p, t):
        county = p("county_of_person", t)
        age = p("years_old", t)
        return (
            (age >= P["income.work-age-from"].take(county))
            & (age <= P["income.work-age-to"].take(county))
            & ~p("full_time_student", t)
            & ~p("without_work_ability", t)
            & ~p("employed", t)
            & (p("migrant_months", t) == 0)
            & (p("pension_employee", t) + p("pension_resident", t) == 0)
            & (p("unemployment_benefit", t) == 0)
        )

    @variable(HOUSEHOLD, float)
    def farm_income(h, t):
        mu = np.maximum(h("land_area", t) - h("land_leased", t), 0)
        return mu * P["income.farm-mu"].take(h("county", t)) / 12

    @variable(HOUSEHOLD, float)
    def rent_income(h, t):
        return h("land_rent", t) / 12

    @variable(HOUSEHOLD, float)
    def registered_income(h, t):
        counted = h.members("person_income", t) * h.members("family_member", t)
        return (
            h.sum(counted)
            + h("farm_income", t)
            + h("rent_income", t)
            + h("obligor_support", t)
            - h("transfers_paid", t)
            - h("imputed_deduction", t)
        )

    @variable(HOUSEHOLD, bool)
    def declaration_needed(h, t):
        return h.any(h.members("income_unknown", t) & h.members("family_member", t))

    @variable(HOUSEHOLD, bool)
    def income_missing(h, t):
        return (h("income_declared", t) | h("declaration_needed", t)) & h("declaration_absent", t)

    @variable(HOUSEHOLD, float)
    def declared_income(h, t):
        return np.where(h("income_declared", t) | h("declaration_needed", t), h("declared_other_income", t), 0)

    @variable(HOUSEHOLD, float)
    def household_income(h, t):
        outside = np.where(h("outside_members", t) == 0, 0, h("outside_income", t))
        return np.maximum(h("registered_income", t) + h("declared_income", t) + outside, 0)

    @variable(HOUSEHOLD, float)
    def subsistence_line(h, t):
        return h("standard", t) * h("household_size", t)

    @variable(HOUSEHOLD, float)
    def margin_line(h, t):
        return P["subsistence-margin.multiple"].take(h("county", t)) * h("standard", t)

    @variable(HOUSEHOLD, float)
    def margin_total(h, t):
        return h("margin_line", t) * h("household_size", t)

    @variable(HOUSEHOLD, bool)
    def vehicle_ok(h, t):
        limit = P["property.vehicle-limit"].take(h.members("county_of_person", t))
        return ~h.any((h.members("car_value", t) > limit) & h.members("family_member", t))

    @variable(HOUSEHOLD, bool)
    def housing_ok(h, t):
        county = h("county", t)
        dwelling = (h("dwelling_count", t) < P["property.dwelling-limit"].take(county)) | (
            h("dwelling_area", t) <= P["property.dwelling-area"].take(county) * h("household_size", t)
        )
        return dwelling & ((h("shop_office_count", t) == 0) | ~P["property.shop-bars"].take(county))

    @variable(HOUSEHOLD, bool)
    def company_ok(h, t):
        county = h.members("county_of_person", t)
        bars = h.members("company_officer", t) | (
            h.members("company_capital", t) >= P["property.company-capital"].take(county)
        )
        return ~P["property.company-bars"].take(h("county", t)) | ~h.any(bars & h.members("family_member", t))

    @variable(HOUSEHOLD, bool)
    def finance_ok(h, t):
        county = h("county", t)
        limit = P["property.financial-months"].take(county) * h("standard", t) * h("household_size", t)
        return ~P["property.financial-checked"].take(county) | (h("financial_assets", t) <= limit)

    @variable(HOUSEHOLD, bool)
    def outside_ok(h, t):
        return (h("outside_members", t) == 0) | h("outside_property_ok", t)

    @variable(HOUSEHOLD, bool)
    def property_ok(h, t):
        return (
            h("vehicle_ok", t)
            & h("housing_ok", t)
            & h("company_ok", t)
            & h("finance_ok", t)
            & h("outside_ok", t)
            & ~h("business_assets_bar", t)
        )

    @variable(PERSON, float)
    def supplement(p, t):
        county = p("county_of_person", t)
        age = p("years_old", t)
        high = P["subsistence.supplement-elder-high"].take(county)
        elder = np.where(
            age >= P["subsistence.supplement-elder-high-age"].take(county),
            high,
            (age >= P["subsistence.supplement-elder-age"].take(county))
            * P["subsistence.supplement-elder"].take(county),
        )
        share = np.maximum.reduce(
            [
                (age < P["family.adult-age"].take(county)) * P["subsistence.supplement-child"].take(county),
                elder,
                p("severe_disability", t) * P["subsistence.supplement-severe"].take(county),
                p("serious_illness", t) * P["subsistence.supplement-illness"].take(county),
            ]
        )
        return half_up(share * p.household("standard", t))

    @variable(HOUSEHOLD, float)
    def supplements(h, t):
        return h.sum(h.members("supplement", t) * h.members("family_member", t))

    @variable(HOUSEHOLD, float)
    def subsistence_gap(h, t):
        return h("subsistence_line", t) - h("household_income", t)

    @variable(HOUSEHOLD, float)
    def subsistence_payment(h, t):
        least = P["subsistence.minimum-share"].take(h("county", t)) * h("subsistence_line", t)
        return np.maximum(h("subsistence_gap", t), least) + h("supplements", t)

    @variable(HOUSEHOLD, int)
    def subsistence_outcome(h, t):
        poor = h("household_income", t) < h("subsistence_line", t)
        return outcome(h("property_ok", t), poor, h("income_missing", t))

    @variable(HOUSEHOLD, float)
    def subsistence_amount(h, t):
        return np.where(h("subsistence_outcome", t) == 1, half_up(h("subsistence_payment", t)), 0)

    @variable(HOUSEHOLD, int)
    def margin_outcome(h, t):
        income = h("household_income", t)
        between = (income >= h("subsistence_line", t)) & (income < h("margin_total", t))
        return outcome(h("property_ok", t), between, h("income_missing", t))

    @variable(PERSON, bool)
    def single_applies(p, t):
        illness = p("serious_illness", t) & P["subsistence-single.serious-illness"].take(p("county_of_person", t))
        return p("family_member", t) & (p("severe_disability", t) | p("mental_level3", t) | illness)

    @variable(PERSON, int)
    def single_outcome(p, t):
        return p.household("margin_outcome", t)

    @variable(HOUSEHOLD, float)
    def single_amount(h, t):
        return half_up(P["subsistence-single.share"].take(h("county", t)) * h("standard", t))

    def outcome(sure, turning, unknown):
        """0 ineligible, 1 eligible, 2 undetermined, when only `turning` can be unknown."""
        return np.where(sure, np.where(unknown, 2, turning), 0)

    country = TaxBenefitSystem([PERSON, HOUSEHOLD])
    country.add_variables(*made.values())
    return country


# What a caseworker is shown beside the decision, by both engines.
EXPLAINED = {
    "household": (
        "standard household_size farm_income rent_income registered_income declaration_needed declared_income "
        "household_income subsistence_line margin_line margin_total vehicle_ok housing_ok company_ok finance_ok "
        "outside_ok property_ok single_amount subsistence_gap supplements subsistence_payment"
    ).split(),
    "person": (
        "years_old full_time_student family_member work_cost pension_counted migrant_income person_income "
        "certificate_valid severe_disability mental_level3 without_work_ability income_unknown supplement"
    ).split(),
}
