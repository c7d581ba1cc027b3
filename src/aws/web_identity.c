#include "aws/web_identity.h"

#include "aws/token_file.h"
#include "io/log.h"
#include "io/system.h"

#define WEB_IDENTITY_FILE "AWS_WEB_IDENTITY_TOKEN_FILE"
#define WEB_IDENTITY_ROLE "AWS_ROLE_ARN"

bool web_identity_is_set(struct look *look)
{
    if (system_env(WEB_IDENTITY_FILE)) {
        return true;
    }
    look_absent(look, system_env(WEB_IDENTITY_ROLE)
                          ? WEB_IDENTITY_FILE " is not set, though " WEB_IDENTITY_ROLE " is"
                          : WEB_IDENTITY_FILE " and " WEB_IDENTITY_ROLE " are not set");
    return false;
}

static enum look_end web_identity_try(struct look *look, const struct sts_role *role,
                                      const char *path, const char *named_by, struct err *e)
{
    CLEAN_BUF struct buf token = BUF_OF(TOKEN_FILE_MAX);

    if (!token_file_read(path, named_by, look->deadline, &token, e)) {
        return look_failed(look, RETRY_FINAL);
    }
    return sts_by_token(look, role, buf_text(&token), e);
}

enum look_end web_identity_assume(struct look *look, const struct sts_role *role, const char *path,
                                  const char *named_by, struct err *e)
{
    enum look_end end = web_identity_try(look, role, path, named_by, e);

    if (end == LOOK_FAILED && look->class == RETRY_CALLER) {
        log_line(LOG_INFO, "%s; reading the file again", e->text);
        end = web_identity_try(look, role, path, named_by, e);
    }
    return end;
}

enum look_end web_identity_find(struct look *look, struct err *e)
{
    const struct sts_role role = {.arn = system_env(WEB_IDENTITY_ROLE),
                                  .session = system_env("AWS_ROLE_SESSION_NAME"),
                                  .origin = "web identity"};

    if (!web_identity_is_set(look)) {
        if (role.arn) {
            log_line(LOG_WARN, "web identity: %s; it is left out", look->row->why);
        }
        return LOOK_ABSENT;
    }
    if (!role.arn) {
        err_set(e, ERR_USAGE,
                "web identity: " WEB_IDENTITY_ROLE " is missing, though " WEB_IDENTITY_FILE
                " is set: is the service account annotated with eks.amazonaws.com/role-arn?");
        return look_failed(look, RETRY_FINAL);
    }
    return web_identity_assume(look, &role, system_env(WEB_IDENTITY_FILE), WEB_IDENTITY_FILE, e);
}
