package dev.drover.infra;

import java.util.List;
import java.util.Map;
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
  private static final List<String> READS =
      List.of(
          "dynamodb:BatchGetItem",
          "dynamodb:GetItem",
          "dynamodb:Query",
          "dynamodb:ConditionCheckItem");

  private static final List<String> WRITES =
      List.of("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem");

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

  void allowRead(DroverFunction function) {
    function.allow(
        PolicyStatement.Builder.create()
            .actions(READS)
            .resources(List.of(table.getTableArn()))
            .build());
  }

  /**
   * Lets a function write the items of some partitions, alone or in a transaction.
   *
   * <p>Unproven on AWS: the condition key is that of AWS's Service Authorization Reference, read,
   * not tried.
   *
   * @param partitions patterns of partition keys; none: it writes nothing
   */
  void allowWrite(DroverFunction function, List<String> partitions) {
    if (partitions.isEmpty()) {
      return;
    }
    function.allow(
        PolicyStatement.Builder.create()
            .actions(WRITES)
            .resources(List.of(table.getTableArn()))
            .conditions(
                Map.of(
                    // For all values of none is true as well.
                    "Null", Map.of("dynamodb:LeadingKeys", "false"),
                    "ForAllValues:StringLike", Map.of("dynamodb:LeadingKeys", partitions)))
            .build());
  }

  private static Attribute string(String name) {
    return Attribute.builder().name(name).type(AttributeType.STRING).build();
  }
}
