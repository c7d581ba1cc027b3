"""Every other file of deploy/ before the judge of its format, none of which is ours; and no file without one."""

import json
import os
import re
import subprocess
from pathlib import Path

import boto3
import pytest
import yaml
from botocore.validate import ParamValidator
from generate import DEPLOY, ROOT
from moto import mock_aws
from parts import part, run
from test_kubernetes import BUILT, MANIFEST_FILES

TOOLS = Path(os.environ["PART_venv"]) / "bin"
QUIET = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}


def schema(name, *options):
    """check-jsonschema, with the schemas that come with it."""

    def judge(file):
        run(TOOLS / "check-jsonschema", *(["--builtin-schema", f"vendor.{name}"] if name else []), *options, file, env=QUIET)

    return judge


def cloudformation(make):
    """cfn-lint, on the file or on a template made of it; with not the least remark."""

    def judge(file, folder):
        template = folder / "template.json" if make else file
        if make:
            template.write_text(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": make(json.loads(file.read_text()))}))
        run(TOOLS / "cfn-lint", "--non-zero-exit-code", "informational", "--regions", "eu-west-1", "--", template, env=QUIET)

    return judge


def resource(kind, name):
    return lambda document: {"It": {"Type": kind, "Properties": {name: document}}}


def tables(document):
    """Each table as the resource that its words come from."""
    return {f"Table{number}": {"Type": "AWS::DynamoDB::Table", "Properties": one} for number, one in enumerate(document["Tables"])}


def ecs(file):
    """The model of RegisterTaskDefinition that the AWS CLI has."""
    shape = boto3.client("ecs", region_name="eu-west-1").meta.service_model.operation_model("RegisterTaskDefinition").input_shape
    assert ParamValidator().validate(json.loads(file.read_text()), shape).generate_report() == ""


@mock_aws
def trust(file):
    """IAM's own rules of a trust document, as moto has them."""
    iam = boto3.client("iam", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=file.read_text())


@mock_aws
def policy(file):
    iam = boto3.client("iam", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    iam.create_policy(PolicyName="tables", PolicyDocument=file.read_text())


def typed(*names):
    """TypeScript: an object literal may have no field that its type has not, at any depth."""

    def judge(file, folder):
        types, lines = part("types"), []
        documents = yaml.safe_load_all(file.read_text())
        for number, document in enumerate(documents):
            module, name = names or kubernetes_type(document)
            document.pop("$schema", None)  # the editor's
            lines += [f'import type {{ {name} as T{number} }} from "{module}";', f"export const v{number}: T{number} = {json.dumps(document)};"]
        source = folder / "file.ts"
        source.write_text("\n".join(lines))
        (folder / "node_modules").symlink_to(Path(types) / "node_modules")
        compiler = Path(types) / "node_modules" / "typescript" / "bin" / "tsc"
        run("node", compiler, "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", source, cwd=folder)

    return judge


def kubernetes_type(document):
    group, version = document["apiVersion"].split("/")
    package = "argo-cd" if group == "argoproj.io" else "flux-cd"
    return f"@kubernetes-models/{package}/{group}/{version}/{document['kind']}", "I" + document["kind"]


def nomad(file):
    """HCL's parser, and Nomad's own structs."""
    run(part("nomad"), file)


JUDGES = {
    "argocd/application.yaml": [typed()],
    "ci/github-actions.yaml": [schema("github-workflows")],
    "ci/gitlab-ci.yaml": [schema("gitlab-ci", "--data-transform", "gitlab-ci")],
    "compose/*.yaml": [schema("compose-spec")],
    "dokploy/stack.yaml": [schema("compose-spec")],
    "ecs/task-definition.json": [ecs],
    "ecs/task.yaml": [cloudformation(None)],
    "flux/*.yaml": [typed()],
    "iam/policy-*.json": [policy, cloudformation(resource("AWS::IAM::ManagedPolicy", "PolicyDocument"))],
    "iam/trust-*.json": [trust, cloudformation(resource("AWS::IAM::Role", "AssumeRolePolicyDocument"))],
    "identity/ecs-task.json": [ecs],
    "nomad/*.hcl": [nomad],
    "npm/package.json": [typed("@schemastore/package", "JSONSchemaForNPMPackageJsonFiles")],
    "schema/*.json": [schema(None, "--check-metaschema")],
    "tables.json": [cloudformation(tables)],
    "vercel/package.json": [typed("@schemastore/package", "JSONSchemaForNPMPackageJsonFiles")],
    "vercel/vercel.json": [typed("@vercel/config/v1/types", "VercelConfig")],
}
CASES = [(str(path.relative_to(DEPLOY)), judge) for pattern, judges in JUDGES.items() for path in sorted(DEPLOY.glob(pattern)) for judge in judges]
RUN = {"dokploy/Dockerfile", *(f"podman/{path.name}" for path in DEPLOY.glob("podman/*"))}  # test_containers.py
RELEASED = {"npm/bin/dynamodb-init", "release/dist.sh", "release/push.sh"}  # tests/release
ELSEWHERE = {*MANIFEST_FILES, *BUILT, *RUN, *RELEASED}


def takes_a_folder(judge):
    return judge.__code__.co_argcount == 2


@pytest.mark.parametrize(("file", "judge"), CASES, ids=[f"{file}-{judge.__qualname__.split('.')[0]}" for file, judge in CASES])
def test_its_judge_takes_it(file, judge, tmp_path):
    judge(DEPLOY / file, *([tmp_path] if takes_a_folder(judge) else []))


# What a judge must not take, so that its silence means something: (file, what is changed in it).
WRONG = {
    "argocd/application.yaml": ("targetRevision: 0.1.0", "targetRevisoin: 0.1.0"),
    "ci/github-actions.yaml": ("runs-on:", "run-on:"),
    "ci/gitlab-ci.yaml": ("id_tokens:", "id_token:"),
    "compose/compose.pre-start.yaml": ("pre_start:", "prestart:"),
    "ecs/task-definition.json": ('"startTimeout": 120', '"startTimeout": "120"'),
    "ecs/task.yaml": ("Condition: SUCCESS", "Condition: SUCCEEDED"),
    "flux/helmrelease.yaml": ("dependsOn:", "dependOn:"),
    "flux/kustomizations.yaml": ("wait: true", "wait: yes-please"),
    "iam/policy-ensure.json": ('"dynamodb:CreateTable"', '"dynamodb:MakeTable"'),
    "iam/trust-irsa.json": ("StringEquals", "StringEqual"),
    "nomad/app.nomad.hcl": ("lifecycle {", "lifecycles {"),
    "tables.json": ('"KeyType": "HASH"', '"KeyType": "HASCH"'),
    "vercel/vercel.json": ("buildCommand", "buildComand"),
}


@pytest.mark.parametrize("file", WRONG)
def test_its_judge_would_not_take_a_wrong_one(file, tmp_path):
    wrong = tmp_path / Path(file).name
    text = (DEPLOY / file).read_text()
    assert WRONG[file][0] in text
    wrong.write_text(text.replace(*WRONG[file]))
    taken = []
    for judge in [judge for name, judge in CASES if name == file]:
        folder = tmp_path / str(len(taken))
        folder.mkdir()
        try:
            judge(wrong, *([folder] if takes_a_folder(judge) else []))
            taken.append(True)
        except Exception:  # each judge has its own
            taken.append(False)
    assert not all(taken)


def test_every_example_names_the_version_of_today():
    version = yaml.safe_load((ROOT / "helm/dynamodb-init/Chart.yaml").read_text())["appVersion"]
    named = {word for path in DEPLOY.rglob("*") if path.is_file() for word in re.findall(r"/dynamodb-init[:@]([0-9.]+)", path.read_text())}
    assert named == {version}


def test_no_file_is_without_a_judge():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "deploy"], cwd=ROOT, text=True, capture_output=True, check=False)
    files = {line.removeprefix("deploy/") for line in listed.stdout.splitlines()} or {str(path.relative_to(DEPLOY)) for path in DEPLOY.rglob("*") if path.is_file()}
    judged = ELSEWHERE | {file for file, _ in CASES}
    assert {file for file in files - judged if not file.endswith(".md")} == set()
