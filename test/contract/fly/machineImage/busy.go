package main

import "time"

// busy has as many threads as it is told use all the CPU that they get, and says when they have begun.
func busy(a []string) error {
	for range number(a[0]) {
		go func() {
			for {
			}
		}()
	}
	print("busy")
	for {
		time.Sleep(time.Hour)
	}
}
