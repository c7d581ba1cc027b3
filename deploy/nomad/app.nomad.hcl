# Nomad: a prestart task. The application starts when it has ended with 0; a failed one is started again as `restart` says, and then
# the allocation is placed anew. The identity: Nomad's workload identity, which AWS knows as an OIDC provider (role, trust, audience).
job "app" {
  type = "service"

  group "app" {
    count = 2

    restart {
      attempts = 3
      delay    = "15s"
      interval = "30m"
      mode     = "fail"
    }

    task "dynamodb-init" {
      driver = "docker"

      lifecycle {
        hook    = "prestart"
        sidecar = false
      }

      config {
        image           = "registry.example/dynamodb-init:0.1.0"
        cap_drop        = ["ALL"]
        readonly_rootfs = true
      }

      identity {
        name = "aws"
        aud  = ["sts.amazonaws.com"]
        file = true
        ttl  = "1h"
      }

      env {
        DYNAMODB_MAIN_TABLE_NAME    = "app"
        AWS_REGION                  = "eu-west-1"
        AWS_ROLE_ARN                = "arn:aws:iam::123456789012:role/app"
        AWS_WEB_IDENTITY_TOKEN_FILE = "/secrets/nomad_aws.jwt"
      }

      resources {
        cpu    = 50
        memory = 32
      }
    }

    task "app" {
      driver = "docker"

      config {
        image = "registry.example/app:1.0.0"
      }

      env {
        DYNAMODB_MAIN_TABLE_NAME = "app"
        AWS_REGION               = "eu-west-1"
      }

      resources {
        cpu    = 200
        memory = 256
      }
    }
  }
}
