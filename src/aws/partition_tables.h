/*
 * Made by deps/partitions.py (make endpoints) out of botocore 1.44.5: do not edit. Only partition.c includes it.
 */
#ifndef AWS_PARTITION_TABLES_H
#define AWS_PARTITION_TABLES_H

/* clang-format off */
static const struct partition partition_list[] = {
    {"aws-cn",
     "cn",
     "aws-cn-global cn-north-1 cn-northwest-1",
     "amazonaws.com.cn",
     "api.amazonwebservices.com.cn",
     false},
    {"aws-eusc",
     "eusc-de",
     "eusc-de-east-1",
     "amazonaws.eu",
     "api.amazonwebservices.eu",
     false},
    {"aws-iso",
     "us-iso",
     "aws-iso-global us-iso-east-1 us-iso-west-1",
     "c2s.ic.gov",
     "api.aws.ic.gov",
     false},
    {"aws-iso-b",
     "us-isob",
     "aws-iso-b-global us-isob-east-1 us-isob-west-1",
     "sc2s.sgov.gov",
     "api.aws.scloud",
     false},
    {"aws-iso-e",
     "eu-isoe",
     "aws-iso-e-global eu-isoe-west-1",
     "cloud.adc-e.uk",
     "api.cloud-aws.adc-e.uk",
     false},
    {"aws-iso-f",
     "us-isof",
     "aws-iso-f-global us-isof-east-1 us-isof-south-1",
     "csp.hci.ic.gov",
     "api.aws.hci.ic.gov",
     false},
    {"aws-us-gov",
     "us-gov",
     "aws-us-gov-global us-gov-east-1 us-gov-west-1",
     "amazonaws.com",
     "api.aws",
     true},
    {"aws",
     "us eu ap sa ca me af il mx",
     "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 aws-global ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 me-west-1 mx-central-1 sa-east-1 sa-west-1 us-east-1 us-east-2 us-west-1 us-west-2",
     "amazonaws.com",
     "api.aws",
     false},
};

#define PARTITION_STS_GLOBAL "ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 aws-global ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2"

#endif
