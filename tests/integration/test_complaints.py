"""The 48 complaints about other tools that this one is measured by: which test shows that ours does better. What has no
better place is here; threads are OWNER/REPOSITORY#NUMBER, provider stands for hashicorp/terraform-provider-aws."""

import json
import re
from pathlib import Path

import pytest
from helpers import failed, ready, spec_table
from product import ROOT
from store import described
from test_complaints_converge import IMAGES, demand, index

# number: (threads, what is wrong elsewhere, the files of tests/ with the tests that show it right here)
HELD = {
    1: ("provider#46530 #47127 #47143", "create gives up after 21 not-founds",
        {"aws_hosts": "test_an_unseen_create_is_looked_for_ever_more_slowly", "states": "test_create_is_the_tie_breaker_from_15_seconds_on"}),
    2: ("provider#17098", "not found just after create", {"states": "test_describes_that_lag_behind_our_create"}),
    3: ("provider#30460", "throttle, 500, then in use: said to have failed", {"create": "test_throttled_failed_throttled_refused_is_success"}),
    4: ("terraform-aws-modules/terraform-aws-dynamodb-table#51", "the loser of two creators fails", {"create": "test_a_rivals_create_is_adopted"}),
    5: ("gravitational/teleport#6356", "ends while its table is CREATING", {"states": "test_states_that_are_waited_for"}),
    6: ("chiradeep/dyndb-mutex#2 project-zot/zot#4120", "describe and create race",
        {"create": "test_a_rival_just_before_our_create", "local": "test_twenty_at_once_on_the_real_thing"}),
    7: ("stevearc/pypicloud#167", "servers delete each other's tables",
        {"complaints_spec": "test_39_no_delete_is_compiled_in", "complaints_converge": "test_waiting_never_writes_whatever_is_missing"}),
    8: ("project-zot/zot#4066 treeverse/lakeFS#4761", "CreateTable right demanded for nothing", {"moto": "test_an_existing_table_needs_describe_alone"}),
    9: ("rafaelrpinto/dynamodb-store#11", "no right to describe taken for missing", {"moto": "test_describe_denied"}),
    10: ("hashicorp/vault#2629 gravitational/teleport#7939", "rights not listed", {"complaints_spec": "test_10_the_rights_are_listed"}),
    11: ("provider#10943", "TagResource demanded without tags", {"complaints_spec": "test_11_no_tags_need_no_tag_right"}),
    12: ("aws/aws-sdk-js#881 boto/boto3#2282", "a 5 s create costs 20 s",
        {"dynalite": "test_active_is_noticed_in_time", "aws_hosts": "test_our_own_create_is_not_looked_at_too_early"}),
    13: ("aws/aws-sdk-go-v2#2551", "a short limit polls zero times",
        {"failures": "test_at_least_one_attempt_is_made_and_may_use_the_whole_time", "aws_hosts": "test_a_deadline_under_the_pause_still_gets_its_look"}),
    14: ("schibsted/strongbox#74 #75", "the wait is too short", {"complaints": "test_14_the_default_is_four_minutes_and_shown"}),
    15: ("provider#5599", "the time limit is not obeyed", {"failures": "test_gone_half_a_second_after_the_deadline_at_most"}),
    16: ("provider#40531 #43347 #41451", "a replica hangs in silence", {"complaints": "test_16_waiting_shows_state_age_and_time_left"}),
    17: ("provider#46228", "a quota retried for ever", {"complaints_converge": "test_a_replica_quota_is_73_with_awss_words"}),
    18: ("aws/aws-sdk-ruby-record#143 vogels#125", "two indexes at once",
        {"complaints_converge": "test_two_indexes_are_never_asked_for_at_once", "create": "test_the_seed_request_says_just_what_is_needed"}),
    19: ("serverless/serverless#3744 provider#2146", "ten tables at once",
        {"create": "test_thirty_tables_where_ten_may_be_created_at_once test_indexed_tables_where_one_may_be_created_at_once"}),
    20: ("pynamodb/PynamoDB#1278", "TTL that is on is an error", {"complaints_converge": "test_ttl_that_is_on_already_is_no_error"}),
    21: ("go-to-k/cdkd#932 aws/aws-cdk#13720", "another TTL attribute, a raw error",
        {"complaints_converge": "test_another_ttl_attribute_is_told_and_never_changed"}),
    22: ("scalar-labs/scalardb#347", "PITR just after create",
        {"complaints_converge": "test_a_recovery_that_is_too_early_does_not_hold_the_application"}),
    23: ("provider#39275 cloud-custodian#3514", "tags empty just after create", {"aws_hosts": "test_tags_of_a_table_that_this_run_made_are_not_asked_for"}),
    24: ("scalar-labs/scalardb#2769", "ACTIVE, and the first write fails",
        {"complaints_converge": "test_a_probe_asks_until_the_data_plane_knows_the_table"}),
    25: ("awslabs/amazon-kinesis-client#1796", "ACTIVE index, and the query fails",
        {"complaints_converge": "test_a_probe_asks_until_the_data_plane_knows_the_index"}),
    26: ("cirello-io/dynamolock#120 guregu/dynamo#52", "created, not waited for", {"states": "test_our_own_indexes_are_waited_for_after_the_table"}),
    27: ("aws-controllers-k8s/community#1500", "said to be synced while CREATING",
        {"failures": "test_waiting_is_told_without_noise", "states": "test_from_a_waiting_state_to_one_that_ends_it"}),
    28: ("aws-controllers-k8s/community#1519 #1522 #1782 #1920", "stuck on the order of attributes, or on demand",
        {"complaints_converge": "test_the_order_of_attributes_and_zeros_on_demand_are_no_difference"}),
    29: ("aws-controllers-k8s/community#3011", "an unused attribute loops", {"complaints_spec": "test_29_an_unused_attribute_is_told_before_any_call"}),
    30: ("crossplane-contrib/provider-upjet-aws#1976", "101,707 updates of warm throughput",
        {"complaints_converge": "test_warm_throughput_that_aws_filled_in_is_no_difference"}),
    31: ("provider#46281 cloudposse/terraform-aws-dynamodb#140", "endless difference of an index",
        {"complaints": "test_31_what_aws_fills_in_for_an_index_is_no_difference"}),
    32: ("crossplane-contrib/provider-aws#464 cortexproject/cortex#441", "throughput will not change",
        {"complaints_converge": "test_capacity_billing_and_encryption_of_a_table_are_never_changed"}),
    33: ("crossplane-contrib/provider-aws#2324", "0/0 copied into the spec",
        {"complaints_spec": "test_33_zero_capacity_is_no_capacity", "complaints": "test_33_export_copies_no_zeros"}),
    34: ("crossplane-contrib/provider-aws#1440", "encryption quota burnt",
        {"complaints_converge": "test_capacity_billing_and_encryption_of_a_table_are_never_changed"}),
    35: ("aws-amplify/amplify-cli#1054", "billing switch of the day burnt", {"complaints": "test_35_billing_is_never_switched"}),
    36: ("grafana/loki#10789 #806", "capacity raised unasked, zero sent",
        {"complaints_spec": "test_36_numbers_are_checked_offline", "local": "test_capacity_is_tunable_and_never_written"}),
    37: ("hashicorp/vault#3481", "the wrong key is found by the application", {"drift": "test_breaking_difference_is_78_at_once_and_nothing_is_written"}),
    38: ("hashicorp/vault#25114 awslabs/amazon-kinesis-client#509", "updates, or no creation, wanted",
        {"converge": "test_who_skips_or_verifies_writes_nothing", "local": "test_wait_never_creates"}),
    39: ("provider#29222 pulumi/pulumi-aws-native#956", "a setting deletes", {"complaints_spec": "test_39_no_delete_is_compiled_in"}),
    40: ("localstack/localstack#6909 numberoverzero/bloop#124", "an emulator lacks a call",
        {"complaints_converge": "test_an_operation_that_an_emulator_lacks_is_skipped_with_one_warning"}),
    41: ("localstack#732 #1095 #8834", "the application starts before the emulator", {"failures": "test_a_server_that_starts_late"}),
    42: ("istio/istio#27382 #53150", "no network under a mesh", {"identity/runbook": "test_17_a_service_mesh_is_not_up_yet"}),
    43: ("aws/eks-pod-identity-agent#26 #153", "a slow agent, and the node's role in silence",
        {"identity/runbook": "test_03_the_webhook_missed_the_pod_and_the_node_role_is_used test_05_the_pod_identity_agent_is_not_ready"}),
    44: ("groundnuty/k8s-wait-for#71", "an image with 67 holes", {"complaints": "test_44_the_image_holds_the_binary_alone"}),
    45: ("berops/claudie#521", "a Job races its users", {"program": "test_each_command_starts_the_program"}),
    46: ("go-to-k/cdkd#1442", "UPDATING for an hour", {"complaints_converge": "test_updating_with_every_index_active_is_ready"}),
    47: ("aws/aws-cdk#10249 #16611", "replicas take hours", {"complaints_converge": "test_replicas_are_waited_for_only_when_they_are_demanded"}),
    48: ("provider#31345 #31722 #48251", "hundreds of megabytes", {"complaints_spec": "test_48_the_binary_is_small"}),
}


@pytest.mark.parametrize("number", range(1, 49))
def test_each_complaint_has_its_test(number):
    for file, tests in HELD[number][2].items():
        room, _, name = ("integration/" + file).rpartition("/")
        text = (Path(ROOT) / "tests" / room.replace("integration/identity", "identity") / f"test_{name}.py").read_text()
        for test in tests.split():
            assert re.search(rf"^def {test}\(", text, re.M), f"{HELD[number]}: no {test}"


@pytest.fixture
def given(run, endpoint, aws, tmp_path):
    def go(live, spec, *options):
        (tmp_path / "spec.json").write_text(json.dumps(spec))
        endpoint.on("DescribeTable", described("orders", wanted=spec_table("orders", sort=None, demand=True), **live))
        return run(*options, "--spec", "spec.json", env=aws(endpoint))

    return go


def test_14_the_default_is_four_minutes_and_shown(start, endpoint, aws):
    endpoint.on("DescribeTable", described("orders", "CREATING"))
    one = start("--table", "orders", env=aws(endpoint))
    one.wait_for_line(r"waiting \(CREATING, \d.*, 3m5\ds left\)|waiting \(CREATING, \d.*, (239|240)s left\)|4m0?s left")
    one.signal(15)
    assert one.finish().code == 143


def test_16_waiting_shows_state_age_and_time_left(given):
    live = {"Replicas": [{"RegionName": "eu-west-1", "ReplicaStatus": "CREATING"}], **IMAGES}
    result = failed(given(live, demand(**IMAGES, Replicas=[{"Region": "eu-west-1"}], ReadyWhen="Replicas"), "--timeout", "2"), 75)
    assert re.search(r"waiting \(replica eu-west-1 CREATING, \S+, \S+ left\)", result.err), repr(result)


def test_31_what_aws_fills_in_for_an_index_is_no_difference(given):
    filled = {
        "WarmThroughput": {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0, "NumberOfDecreasesToday": 0},
        "OnDemandThroughput": {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1},
    }
    live = {"GlobalSecondaryIndexes": [{**index("by-pk"), "IndexStatus": "ACTIVE", **filled}], "WarmThroughput": filled["WarmThroughput"]}
    result = given(live, demand(GlobalSecondaryIndexes=[index("by-pk")]), "plan")
    assert (result.code, result.out) == (0, "no differences\n"), repr(result)


def test_33_export_copies_no_zeros(run, endpoint, aws):
    zero = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    live = {"GlobalSecondaryIndexes": [{**index("by-pk"), "IndexStatus": "ACTIVE", "ProvisionedThroughput": zero}]}
    endpoint.on("DescribeTable", described("orders", wanted=spec_table("orders", sort=None, demand=True), **live))
    result = run("export", "--table", "orders", env=aws(endpoint))
    assert result.code == 0 and "ProvisionedThroughput" not in result.out, repr(result)


@pytest.mark.parametrize("mode", ["PROVISIONED", "PAY_PER_REQUEST"])
def test_35_billing_is_never_switched(given, endpoint, mode):
    wanted = demand() if mode == "PROVISIONED" else spec_table("orders", sort=None, BillingMode="PROVISIONED")
    result = ready(given({"BillingModeSummary": {"BillingMode": mode}}, wanted), 1, created=0)
    assert f"BillingMode is {mode}" in result.err
    assert {r.operation for r in endpoint.requests} == {"DescribeTable"}


def test_44_the_image_holds_the_binary_alone():
    lines = (Path(ROOT) / "Dockerfile").read_text().splitlines()
    last = max(n for n, line in enumerate(lines) if line.startswith("FROM "))
    assert lines[last].split()[1] == "scratch"
    assert [line for line in lines[last:] if line.startswith(("RUN", "ADD"))] == []
