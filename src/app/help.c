#include "app/help.h"

#include "app/options.h"

#include <stdio.h>
#include <string.h>

static const char help_head[] =
    "usage: dynamodb-init [ensure|wait] [OPTION...] [-- PROGRAM [ARG...]]\n"
    "       dynamodb-init doctor|lint|plan|policy|export [OPTION...]\n"
    "\n"
    "Makes sure that DynamoDB tables exist and are ready; then exits 0 or becomes PROGRAM.\n"
    "\n"
    "commands:\n"
    "  ensure    create or add what is missing, wait until all is ready (the default)\n"
    "  wait      never write; wait until the tables exist and are ready\n"
    "  lint      check the tables against every limit of DynamoDB, offline\n"
    "  policy    print the IAM policy that ensure (or wait, plan: a second word) needs\n"
    "            for these tables, offline\n"
    "  doctor    look once at identity, region, endpoints, proxy, clock and tables; explain\n"
    "  plan      change nothing; print what ensure would do, and every difference\n"
    "  export    print the spec of the tables named by --table, as they are\n"
    "  version   print the version, and those of the libraries\n"
    "  help      print this text\n"
    "\n"
    "options:\n";

static const char help_tail[] =
    "\n"
    "Each option has a variable; that of --sort-key is DYNAMODB_INIT_SORT_KEY. The option wins.\n"
    "A blank variable is an unset one.\n"
    "\n"
    "other variables:\n"
    "  DYNAMODB_MAIN_TABLE_NAME             a table, when nothing else names one\n"
    "  INIT_DYNAMODB_ON_STARTUP             false: do nothing, successfully\n"
    "  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ACCOUNT_ID\n"
    "                                       the identity, as keys\n"
    "  AWS_PROFILE, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE\n"
    "                                       the identity, by a profile\n"
    "  AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME\n"
    "                                       the identity, by a token (IRSA)\n"
    "  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI,\n"
    "  AWS_CONTAINER_AUTHORIZATION_TOKEN, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE\n"
    "                                       the identity, by an agent (ECS, EKS)\n"
    "  AWS_EC2_METADATA_DISABLED, AWS_EC2_METADATA_SERVICE_ENDPOINT,\n"
    "  AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE, AWS_METADATA_SERVICE_TIMEOUT,\n"
    "  AWS_METADATA_SERVICE_NUM_ATTEMPTS    the identity, by the instance (EC2)\n"
    "  AWS_REGION, AWS_DEFAULT_REGION       the region\n"
    "  AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL\n"
    "                                       the address to ask\n"
    "  AWS_ENDPOINT_URL_STS                 the address of STS\n"
    "  AWS_MAX_ATTEMPTS, AWS_RETRY_MODE     attempts of one call in a row (4); taken, no effect\n"
    "  AWS_STS_REGIONAL_ENDPOINTS           regional (default) or legacy\n"
    "  AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT\n"
    "                                       true: AWS's hosts of this kind\n"
    "  AWS_ACCOUNT_ID_ENDPOINT_MODE         preferred, required: the account's own host\n"
    "  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS  true: not these two\n"
    "  AWS_CA_BUNDLE, SSL_CERT_FILE         the certificates to trust\n"
    "  HTTPS_PROXY, HTTP_PROXY, NO_PROXY    the proxy; also in lower case, which wins:\n"
    "  https_proxy, http_proxy, no_proxy\n"
    "  NO_COLOR                             plan uses no colours\n"
    "\n"
    "exit status:\n"
    "    0  ready, or --on-failure continue, or switched off\n"
    "    1  plan: there are differences\n"
    "   64  wrong usage: option or variable\n"
    "   65  the spec is malformed, contradictory or over a limit\n"
    "   66  a named file is missing or unreadable\n"
    "   67  no AWS identity found in this environment\n"
    "   69  the endpoint could not be reached until the deadline\n"
    "   70  internal error, out of memory\n"
    "   73  the table cannot be had: archived, key inaccessible, account quota, replica failed\n"
    "   75  the deadline passed with work still under way\n"
    "   77  credentials refused or permission missing\n"
    "   78  an existing table differs from the spec\n"
    "  126  PROGRAM cannot be executed\n"
    "  127  PROGRAM is not found\n"
    "  130  stopped by SIGINT\n"
    "  143  stopped by SIGTERM\n";

static void help_row(FILE *out, const struct options_row *row)
{
    const char *line = row->help;
    char label[40];

    snprintf(label, sizeof label, "%s%s%s", row->name, row->argument ? " " : "",
             row->argument ? row->argument : "");
    fprintf(out, "  %-26s  %.*s\n", label, (int)strcspn(line, "\n"), line);
    while ((line = strchr(line, '\n')) != NULL) {
        line++;
        fprintf(out, "  %-26s  %.*s\n", "", (int)strcspn(line, "\n"), line);
    }
}

void help_print(FILE *out)
{
    fputs(help_head, out);
    for (size_t i = 0; i < options_count; i++) {
        help_row(out, &options_table[i]);
    }
    fputs(help_tail, out);
}
