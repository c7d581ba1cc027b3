// The same job with the AWS SDK for JavaScript v3, as its documentation teaches it: ensure.js ENDPOINT TABLE
const {
    CreateTableCommand, DescribeTableCommand, DynamoDBClient, ResourceInUseException, ResourceNotFoundException,
    waitUntilTableExists,
} = require("@aws-sdk/client-dynamodb");

const [endpoint, table] = process.argv.slice(2);
const client = new DynamoDBClient(endpoint ? { endpoint } : {});

async function ensure() {
    try {
        await client.send(new DescribeTableCommand({ TableName: table }));
        return;
    } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
    }
    try {
        await client.send(new CreateTableCommand({
            TableName: table,
            AttributeDefinitions: [
                { AttributeName: "PK", AttributeType: "S" }, { AttributeName: "SK", AttributeType: "S" },
            ],
            KeySchema: [{ AttributeName: "PK", KeyType: "HASH" }, { AttributeName: "SK", KeyType: "RANGE" }],
            ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
        }));
    } catch (error) {
        if (!(error instanceof ResourceInUseException)) throw error;
    }
    await waitUntilTableExists({ client, maxWaitTime: 240 }, { TableName: table });
}

ensure();
