"""The commands in deploy/, run as they stand there: the page for those who come from setup-dynamodb.js, the scripts of a CI job and of
Vercel's build. The program is found in PATH as an npm package would put it there; AWS is moto. And every link leads somewhere."""

import json
import os
import re
from pathlib import Path

import boto3
import pytest
import requests
import yaml
from generate import DEPLOY, ROOT
from moto.server import ThreadedMotoServer
from parts import run

PAGES = [ROOT / "README.md", *DEPLOY.glob("*.md")]


@pytest.fixture
def aws(program, tmp_path):
    """A server, and the environment of somebody who has the program in PATH and nothing else."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    requests.post(f"http://127.0.0.1:{port}/moto-api/reset", timeout=20)  # what it holds outlives a server
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "dynamodb-init").symlink_to(program)
    # npx PACKAGE@VERSION ARGUMENT...: the package's one program.
    (tools / "npx").write_text('#!/bin/sh\n[ "$1 ${2%@*}" = "--yes dynamodb-init" ] && shift 2 && exec dynamodb-init "$@"\n')
    (tools / "npx").chmod(0o755)
    yield {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(tmp_path), "url": f"http://127.0.0.1:{port}"}
    server.stop()


def tables(aws):
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local", "region_name": "us-east-1"}
    names = []
    for region in ["us-east-1", "eu-west-1"]:
        names += boto3.client("dynamodb", endpoint_url=aws["url"], **(keys | {"region_name": region})).list_tables()["TableNames"]
    return sorted(names)


def shell(aws, text, folder, **variables):
    environment = {name: value for name, value in aws.items() if name != "url"} | variables
    return run("bash", "-euc", text, cwd=folder, env=environment)


def blocks(page, language):
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", page.read_text())


def test_the_page_for_those_who_come_from_the_script(aws, tmp_path):
    page = DEPLOY / "from-setup-dynamodb.md"
    (package,) = blocks(page, "json")
    (tmp_path / "package.json").write_text(package.replace("http://localhost:8000", aws["url"]))
    text = "\n".join(blocks(page, "sh")).replace("http://localhost:8000", aws["url"])
    said = shell(aws, text, tmp_path)
    assert "status 1" in said  # the first look: there is no table yet
    assert tables(aws) == ["digital-downloads"]
    assert json.loads((tmp_path / "tables.json").read_text())


def test_the_script_of_the_gitlab_job(aws, tmp_path):
    job = yaml.safe_load((DEPLOY / "ci/gitlab-ci.yaml").read_text())["tables"]
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/tables.json").write_text((DEPLOY / "tables.json").read_text())
    token = tmp_path / "token"
    variables = job["variables"] | {"AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_TOKEN": "a.b.c", "AWS_ENDPOINT_URL": aws["url"]}
    shell(aws, "\n".join(job["script"]), tmp_path, **variables)
    assert tables(aws) == ["app-orders", "app-sessions"]
    assert token.read_text() == "a.b.c"


def test_the_script_of_the_vercel_build(aws, tmp_path):
    (tmp_path / "package.json").write_text((DEPLOY / "vercel/package.json").read_text())
    command, _ = json.loads((DEPLOY / "vercel/vercel.json").read_text())["buildCommand"].split(" && ")
    variables = {"VERCEL_OIDC_TOKEN": "a.b.c", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/app", "DYNAMODB_INIT_REGION": "eu-west-1"}
    shell(aws, command, tmp_path, **variables, DYNAMODB_MAIN_TABLE_NAME="app", AWS_ENDPOINT_URL=aws["url"])
    assert tables(aws) == ["app"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", page.read_text()):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"(?m)^#+ (.*)$", Path(file).read_text())
            assert anchor in [re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in headings], target
