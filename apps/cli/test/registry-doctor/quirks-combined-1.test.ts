import { testCombinations } from "./quirk-combinations.js";

// Two hundred combinations in two files, which run side by side.
testCombinations(Array.from({ length: 100 }, (_, index) => 1 + 2 * index));
