package dev.drover.infra;

import java.util.List;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.BillingMode;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.dynamodb.TableEncryption;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/** The one table: catalog, jobs, runs, receipts and bases. */
final class StateTable extends Construct {
  /** No Scan: every question has a key. No stream, no index, no change of the table itself. */
  private static final List<String> ITEM_ACTIONS =
      List.of(
          "dynamodb:GetItem",
          "dynamodb:BatchGetItem",
          "dynamodb:Query",
          "dynamodb:PutItem",
          "dynamodb:UpdateItem",
          "dynamodb:DeleteItem",
          "dynamodb:BatchWriteItem",
          "dynamodb:ConditionCheckItem");

  private final Table table;

  StateTable(Construct scope, String id, DeployTarget target) {
    super(scope, id);
    this.table =
        Table.Builder.create(this, "Table")
            .partitionKey(string("pk"))
            .sortKey(string("sk"))
            .timeToLiveAttribute("ttl")
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .encryption(TableEncryption.AWS_MANAGED)
            .pointInTimeRecoverySpecification(
                PointInTimeRecoverySpecification.builder().pointInTimeRecoveryEnabled(true).build())
            .deletionProtection(target.keepData())
            .removalPolicy(target.removalPolicy())
            .build();
  }

  String name() {
    return table.getTableName();
  }

  void allowItems(DroverFunction function) {
    function.allow(
        PolicyStatement.Builder.create()
            .actions(ITEM_ACTIONS)
            .resources(List.of(table.getTableArn()))
            .build());
  }

  private static Attribute string(String name) {
    return Attribute.builder().name(name).type(AttributeType.STRING).build();
  }
}
