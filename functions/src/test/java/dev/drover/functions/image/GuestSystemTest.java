package dev.drover.functions.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.ImageImports.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GuestSystemTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Microsoft Windows Server 2022 (64-bit)",
        "Windows 2012 R2",
        "windows9Server64Guest",
        "winNetEnterprise64Guest",
        "Microsoft Windows 11 (64-bit)"
      })
  void platform_ofWindows_isWindows(String os) {
    assertThat(GuestSystem.platform(os)).contains(Platform.WINDOWS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Debian GNU/Linux 12 (64-bit)",
        "Ubuntu Linux (64-bit)",
        "Red Hat Enterprise Linux 9 (64-bit)",
        "rhel9_64Guest",
        "other3xLinux64Guest",
        "Rocky 9"
      })
  void platform_ofLinux_isLinux(String os) {
    assertThat(GuestSystem.platform(os)).contains(Platform.LINUX);
  }

  @Test
  void platform_ofOtherWords_isNotKnown() {
    assertThat(GuestSystem.platform("FreeBSD 13 or later versions (64-bit)")).isEmpty();
    assertThat(GuestSystem.platform("darwin23_64Guest")).isEmpty();
    assertThat(GuestSystem.platform(null)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Red Hat Enterprise Linux 6 (64-bit)",
        "rhel6_64Guest",
        "CentOS 6 (64-bit)",
        "centos6_64Guest",
        "Oracle Linux 6 (64-bit)",
        "oracleLinux6_64Guest",
        "SUSE Linux Enterprise 11 (64-bit)",
        "sles11_64Guest",
        "Debian GNU/Linux 8 (64-bit)",
        "Debian 8.11",
        "Ubuntu 12.04"
      })
  void lacksDrivers_ofOldGuests_isKnown(String os) {
    assertThat(GuestSystem.lacksDrivers(os)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Red Hat Enterprise Linux 7 (64-bit)",
        "rhel9_64Guest",
        "CentOS 7 (64-bit)",
        "CentOS 4/5 or later (64-bit)",
        "SUSE Linux Enterprise 12 (64-bit)",
        "SUSE Linux Enterprise 15 (64-bit)",
        "Debian GNU/Linux 10 (64-bit)",
        "Debian 13",
        "Ubuntu Linux (64-bit)",
        "Ubuntu 22.04",
        "Other 2.6.x Linux (64-bit)"
      })
  void lacksDrivers_ofOthers_isNotSaid(String os) {
    assertThat(GuestSystem.lacksDrivers(os)).isFalse();
  }
}
