// SPDX-License-Identifier: Apache-2.0

// Decodes the body of /v1/health/service as a Go program does, repeatedly, and prints the median in microseconds and
// the number of allocations for each time:
//
//	decode FILE REPETITIONS
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"time"
)

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: decode FILE REPETITIONS"))
	}
	body, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err)
	}
	repetitions, err := strconv.Atoi(os.Args[2])
	if err != nil {
		fail(err)
	}
	var before, after runtime.MemStats
	times := make([]float64, repetitions)
	runtime.ReadMemStats(&before)
	for i := range times {
		start := time.Now()
		var entries []*entry
		if err := json.Unmarshal(body, &entries); err != nil {
			fail(err)
		}
		times[i] = float64(time.Since(start).Nanoseconds()) / 1000
	}
	runtime.ReadMemStats(&after)
	sort.Float64s(times)
	fmt.Println(times[repetitions/2], (after.Mallocs-before.Mallocs)/uint64(repetitions))
}
