package io.r1reward.train;

import io.r1reward.core.testing.PublicSignaturesContract;

class PublicSignaturesTest extends PublicSignaturesContract {
  PublicSignaturesTest() {
    super("io.r1reward.train");
  }
}
