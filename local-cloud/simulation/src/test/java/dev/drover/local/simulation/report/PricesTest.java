package dev.drover.local.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.EbsPrices;
import org.junit.jupiter.api.Test;

final class PricesTest {
  @Test
  void prices_thatRunsTell_areThoseThatAreReckonedWithHere() {
    assertThat(EbsPrices.THOUSAND_PUTS).isEqualTo(new Prices().of("ebs.put.thousand"));
  }
}
