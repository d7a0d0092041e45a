package dev.drover.infra;

import java.util.Map;

/** What makes jobs looks at: a key that cannot encrypt is refused before anything is sent. */
record JobCreationRights(Ec2Permissions ec2, JobSettings settings) {
  void allow(DroverFunction function) {
    ec2.allowDescribe(function, "ec2:GetEbsDefaultKmsKeyId");
    ec2.allowDescribeKeys(function);
  }

  Map<String, String> environment() {
    return settings.ofCreation();
  }
}
