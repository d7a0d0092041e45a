package dev.drover.functions.account;

import org.junit.jupiter.api.Nested;

/** All contracts of the ports on EBS and EC2, for one account. */
public abstract class EbsContracts {
  /** The ports under test; of the same account each time. */
  protected abstract EbsPorts ports();

  /** Switches the account's encryption by default. */
  protected abstract void encryptByDefault(boolean encrypted);

  @Nested
  final class Blocks extends SnapshotBlocksContract {
    @Override
    protected EbsPorts ports() {
      return EbsContracts.this.ports();
    }

    @Override
    protected void encryptByDefault(boolean encrypted) {
      EbsContracts.this.encryptByDefault(encrypted);
    }
  }

  @Nested
  final class SnapshotsOfEc2 extends SnapshotsContract {
    @Override
    protected EbsPorts ports() {
      return EbsContracts.this.ports();
    }

    @Override
    protected void encryptByDefault(boolean encrypted) {
      EbsContracts.this.encryptByDefault(encrypted);
    }
  }

  @Nested
  final class SnapshotsOfRuns extends RunSnapshotsContract {
    @Override
    protected EbsPorts ports() {
      return EbsContracts.this.ports();
    }

    @Override
    protected void encryptByDefault(boolean encrypted) {
      EbsContracts.this.encryptByDefault(encrypted);
    }
  }

  @Nested
  final class Imports extends ImageImportsContract {
    @Override
    protected EbsPorts ports() {
      return EbsContracts.this.ports();
    }

    @Override
    protected void encryptByDefault(boolean encrypted) {
      EbsContracts.this.encryptByDefault(encrypted);
    }
  }

  @Nested
  final class MachineImages extends ImagesContract {
    @Override
    protected EbsPorts ports() {
      return EbsContracts.this.ports();
    }

    @Override
    protected void encryptByDefault(boolean encrypted) {
      EbsContracts.this.encryptByDefault(encrypted);
    }
  }
}
